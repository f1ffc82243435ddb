/** One manager acts at a time: the holder of a Lease. */
@NullMarked
package dev.pavise.k8s.lead;

import org.jspecify.annotations.NullMarked;
