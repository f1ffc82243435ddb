/** What {@code manager.yaml} says. */
@NullMarked
package dev.pavise.k8s.manager.config;

import org.jspecify.annotations.NullMarked;
