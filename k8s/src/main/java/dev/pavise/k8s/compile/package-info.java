/** The custom resources of one namespace, over the operator's base, made into the file that the gateways of that namespace read. */
@NullMarked
package dev.pavise.k8s.compile;

import org.jspecify.annotations.NullMarked;
