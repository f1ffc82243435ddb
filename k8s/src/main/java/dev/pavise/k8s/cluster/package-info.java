/** The cluster that this process is in, and how its API server is reached. */
@NullMarked
package dev.pavise.k8s.cluster;

import org.jspecify.annotations.NullMarked;
