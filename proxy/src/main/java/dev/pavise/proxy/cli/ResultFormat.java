package dev.pavise.proxy.cli;

import org.jspecify.annotations.Nullable;

/** What {@code --output} of a command may say. */
enum ResultFormat {
    /** For people. */
    TEXT,
    /** For programs. */
    JSON;

    /** Whether people read it: as was said, and where nothing was said, where there is a terminal. */
    static boolean forPeople(@Nullable ResultFormat said, Surroundings surroundings) {
        return said == null ? surroundings.terminal() : said == TEXT;
    }
}
