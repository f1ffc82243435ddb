/** The commands {@code pavise manager}, {@code injector} and {@code k8s}. */
@NullMarked
package dev.pavise.k8s.cli;

import org.jspecify.annotations.NullMarked;
