/**
 * How configuration files are read, whosever they are: YAML within bounds, {@code ${VAR}} and {@code ${file:...}} in values, keys
 * that are declared once, and errors that name file, line, column and field.
 *
 * <p>Nothing in a file is ignored: unknown keys and values that cannot be honoured are errors, all reported together. Loader,
 * defaults, JSON Schema and help text all come from the declarations. What keys there are is said where they are used.
 */
@NullMarked
package dev.pavise.policy.config;

import org.jspecify.annotations.NullMarked;
