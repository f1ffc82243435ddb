/** The custom resources of the API group {@code pavise.dev}, as they come from the API server. */
@NullMarked
package dev.pavise.k8s.resource;

import org.jspecify.annotations.NullMarked;
