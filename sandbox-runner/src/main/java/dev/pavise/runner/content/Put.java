package dev.pavise.runner.content;

/** Whether content that somebody wants to send has to be sent. */
public sealed interface Put {
    /** It has; what came of it is told at its end. */
    record Coming(Incoming incoming) implements Put {}

    /** It need not, or must not. */
    record Done(PutResult result) implements Put {}
}
