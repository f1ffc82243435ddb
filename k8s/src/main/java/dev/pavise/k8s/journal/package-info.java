/** The manager's audit trail: what it is about to do and what came of it. */
@NullMarked
package dev.pavise.k8s.journal;

import org.jspecify.annotations.NullMarked;
