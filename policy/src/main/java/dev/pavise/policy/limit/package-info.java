/** How often something may happen: rates, the counts kept for each key, and the header fields that tell a client. */
@NullMarked
package dev.pavise.policy.limit;

import org.jspecify.annotations.NullMarked;
