/** The manager's process and its API: who may ask for what, and what is answered. */
@NullMarked
package dev.pavise.k8s.manager;

import org.jspecify.annotations.NullMarked;
