package dev.pavise.proxy.http;

/** Where an HTTP/1.1 parser stands after it has read what it was given. */
public enum Step {
    /** What was given is used up (but for an unfinished line): call again with more bytes behind it. */
    NEED_INPUT,
    /** The message is whole. Nothing more is read until the parser is told to go on; what follows stays in the buffer. */
    MESSAGE_END,
    /** The upstream agreed to switch protocols: what follows in the buffer is not HTTP any more. */
    SWITCHED,
    /** The bytes are refused for the reason that the parser tells; it reads nothing more, ever. */
    REFUSED
}
