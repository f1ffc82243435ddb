package dev.pavise.runner.server;

/** What a door leads to. */
@FunctionalInterface
interface Routes {
    /** Begins to answer a request, at once or when its body is there. The caller is one of the pinned names. */
    Body begin(RequestHead head, String caller, Answer answer);
}
