/** What tools are made of, kept by digest. */
@NullMarked
package dev.pavise.runner.content;

import org.jspecify.annotations.NullMarked;
