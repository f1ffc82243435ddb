/** Puts folders together to an image, without a container engine. In no jar that ships. */
@NullMarked
package dev.pavise.deploy;

import org.jspecify.annotations.NullMarked;
