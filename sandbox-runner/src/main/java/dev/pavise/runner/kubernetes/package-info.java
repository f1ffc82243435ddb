/** Runs native tools as Jobs of a Kubernetes cluster, each in a pod of its own. */
@NullMarked
package dev.pavise.runner.kubernetes;

import org.jspecify.annotations.NullMarked;
