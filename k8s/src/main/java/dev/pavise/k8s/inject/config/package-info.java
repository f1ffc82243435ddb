/** What {@code injector.yaml} holds, and its reading. */
@NullMarked
package dev.pavise.k8s.inject.config;

import org.jspecify.annotations.NullMarked;
