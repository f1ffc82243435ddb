@NullMarked
package dev.pavise.proxy.demo;

import org.jspecify.annotations.NullMarked;
