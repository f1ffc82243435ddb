/**
 * The configuration file: text in, immutable records out, or a list of errors that name file, line, column and field.
 *
 * <p>Nothing in a file is ignored: unknown keys, keys of features that are not built, and values that cannot be honoured
 * are errors, all reported together. The keys are declared once, and the binder, the JSON Schema and the defaults all
 * come from those declarations.
 */
@NullMarked
package dev.pavise.proxy.config;

import org.jspecify.annotations.NullMarked;
