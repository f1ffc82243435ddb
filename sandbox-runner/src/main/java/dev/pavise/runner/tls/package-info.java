/** Who may come in: mutual TLS 1.3 and pinned names. */
@NullMarked
package dev.pavise.runner.tls;

import org.jspecify.annotations.NullMarked;
