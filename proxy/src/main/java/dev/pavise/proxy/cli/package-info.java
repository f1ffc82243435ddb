@NullMarked
package dev.pavise.proxy.cli;

import org.jspecify.annotations.NullMarked;
