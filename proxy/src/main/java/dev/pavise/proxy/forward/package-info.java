@NullMarked
package dev.pavise.proxy.forward;

import org.jspecify.annotations.NullMarked;
