/** Which configured route a request means: path templates, and a table in which the most specific one wins. */
@NullMarked
package dev.pavise.policy.route;

import org.jspecify.annotations.NullMarked;
