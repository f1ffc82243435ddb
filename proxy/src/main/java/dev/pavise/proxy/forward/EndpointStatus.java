package dev.pavise.proxy.forward;

/**
 * How one endpoint was doing at one moment, for metrics and readiness.
 *
 * @param label host and port
 * @param outstanding requests under way
 * @param connections open connections and those being opened
 * @param failures requests in a row that failed by the endpoint's fault
 */
public record EndpointStatus(String label, State state, int outstanding, int connections, int failures) {
    /** Whether the endpoint is chosen for requests, and if not, why. */
    public enum State {
        UP,
        /** Requests failed in a row; it is left out until its back-off is over. */
        BACKING_OFF,
        /** Its health checks fail. */
        FAILING_CHECKS
    }

    public boolean isUp() {
        return state == State.UP;
    }
}
