package dev.pavise.proxy.forward;

/** What a failed attempt says of its endpoint and of trying once more. */
enum Fault {
    /** No connection: nothing left, the endpoint is to blame, another may do better. */
    UNREACHABLE(true, true, true),
    /** No connection free: nothing left, another endpoint may have one. */
    BUSY(true, false, true),
    /** The connection turned out to be of no use before it took the request, or the upstream said it was not processed. */
    UNTOUCHED(true, false, false),
    /** It failed after it may have been processed: never tried again. */
    BROKEN(false, true, true),
    /** The request itself cannot be sent to this upstream. */
    UNSENDABLE(false, false, true);

    private final boolean neverLeft;
    private final boolean blamesEndpoint;
    private final boolean sparesEndpoint;

    Fault(boolean neverLeft, boolean blamesEndpoint, boolean sparesEndpoint) {
        this.neverLeft = neverLeft;
        this.blamesEndpoint = blamesEndpoint;
        this.sparesEndpoint = sparesEndpoint;
    }

    /** Whether the request certainly had no effect. */
    boolean neverLeft() {
        return neverLeft;
    }

    boolean blamesEndpoint() {
        return blamesEndpoint;
    }

    /** Whether this request leaves the endpoint alone from now on. */
    boolean sparesEndpoint() {
        return sparesEndpoint;
    }
}
