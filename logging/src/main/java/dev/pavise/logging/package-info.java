@NullMarked
package dev.pavise.logging;

import org.jspecify.annotations.NullMarked;
