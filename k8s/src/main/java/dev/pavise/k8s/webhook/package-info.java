/** The webhook that the API server asks about every pod that may have to carry a gateway (admission.k8s.io/v1). */
@NullMarked
package dev.pavise.k8s.webhook;

import org.jspecify.annotations.NullMarked;
