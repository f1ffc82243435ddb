package dev.pavise.runner.config;

import org.jspecify.annotations.Nullable;

/** What may stand at a place of the file. */
@FunctionalInterface
interface Shape<T> {
    /** The value; null where there is none to be had, and then an error has been reported. */
    @Nullable
    T read(Cursor at, Reading reading);
}
