@NullMarked
package dev.pavise.proxy.logging;

import org.jspecify.annotations.NullMarked;
