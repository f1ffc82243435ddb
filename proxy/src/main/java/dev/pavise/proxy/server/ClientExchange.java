package dev.pavise.proxy.server;

import dev.pavise.proxy.http.ClientListener;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RequestHead;

/**
 * One request as its HTTP/1.1 connection sees it. In this product there is one kind, {@link Exchange}, which asks the gate; a test holds that.
 * Measurements, which have a kind of their own to tell what the gate costs, are not part of it.
 */
interface ClientExchange extends ClientListener {
    /** Makes what carries out the next request of a connection. */
    interface Opening {
        ClientExchange open(ClientStream client);
    }

    /** Takes a request in. */
    void begin(RequestHead head);

    /** Takes in a request of which there is no head, as the parser refused it. */
    void beginRefused(Refusal refusal);

    /** Whether the head of the answer is sent. */
    boolean isAnswering();

    /** Ends what is under way, with an answer where there can be one. */
    void cutOff();
}
