/** What is done to a cluster, and the record of it: intent before, true outcome after. */
@NullMarked
package dev.pavise.k8s.act;

import org.jspecify.annotations.NullMarked;
