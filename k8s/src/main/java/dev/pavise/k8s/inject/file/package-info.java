/** Injection into manifests on disk, without a cluster. */
@NullMarked
package dev.pavise.k8s.inject.file;

import org.jspecify.annotations.NullMarked;
