@NullMarked
package dev.pavise.policy;

import org.jspecify.annotations.NullMarked;
