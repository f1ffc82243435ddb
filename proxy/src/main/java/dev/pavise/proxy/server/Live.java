package dev.pavise.proxy.server;

/** A client connection that is open. Both are called on its event loop. */
interface Live {
    /** Lets what is under way finish, takes nothing new and closes then. */
    void drain();

    /** Ends what is under way, with an answer where there can be one, and closes. */
    void close();
}
