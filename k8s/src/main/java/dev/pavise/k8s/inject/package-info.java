/** Which pods have to carry a gateway, and how one is put into them: pure, and the same for the webhook and for files. */
@NullMarked
package dev.pavise.k8s.inject;

import org.jspecify.annotations.NullMarked;
