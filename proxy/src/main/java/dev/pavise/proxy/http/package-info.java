@NullMarked
package dev.pavise.proxy.http;

import org.jspecify.annotations.NullMarked;
