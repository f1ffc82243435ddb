@NullMarked
package dev.pavise.proxy;

import org.jspecify.annotations.NullMarked;
