package dev.pavise.k8s;

import dev.pavise.policy.config.LoadResult;

/** Configurations that tests read from files. */
public final class Configs {
    private Configs() {}

    /** The configuration; an error of the test, with all reasons, where it cannot be used. */
    public static <T> T loaded(LoadResult<T> result) {
        return switch (result) {
            case LoadResult.Loaded<T>(T config) -> config;
            case LoadResult.Invalid<T> invalid -> throw new AssertionError(invalid.errors());
        };
    }

    /** The reasons why it cannot be used, as one text. */
    public static String errors(LoadResult<?> result) {
        return switch (result) {
            case LoadResult.Loaded<?> loaded -> throw new AssertionError("is not refused: " + loaded.config());
            case LoadResult.Invalid<?> invalid -> invalid.errors().toString();
        };
    }
}
