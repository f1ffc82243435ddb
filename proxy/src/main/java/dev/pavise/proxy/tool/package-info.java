/** The gateway's side of tools: what is registered, the bytes of it, who may sign, and the way to the runner. The gateway itself runs none. */
@NullMarked
package dev.pavise.proxy.tool;

import org.jspecify.annotations.NullMarked;
