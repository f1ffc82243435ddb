/** The witness that cosigns the audit log's checkpoints, as it is asked over HTTP. */
@NullMarked
package dev.pavise.proxy.witness;

import org.jspecify.annotations.NullMarked;
