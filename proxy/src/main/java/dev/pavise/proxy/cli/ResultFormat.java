package dev.pavise.proxy.cli;

/** What {@code --output} of a command may say. */
enum ResultFormat {
    /** For people. */
    TEXT,
    /** For programs. */
    JSON
}
