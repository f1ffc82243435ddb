/** The manager's own authority, and the Secrets that it makes and keeps. */
@NullMarked
package dev.pavise.k8s.certificate;

import org.jspecify.annotations.NullMarked;
