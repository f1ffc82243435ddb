package dev.pavise.proxy.gate;

/** What is behind a listening address. The three words of health are behind each. */
public enum Door {
    /** Routes and the management API. */
    ALL,
    /** Routes alone; the management API has an address of its own. */
    ROUTES,
    /** The management API alone. */
    MANAGEMENT,
    /** {@code /metrics} alone, under any Host: scrapers come by address. */
    METRICS;

    boolean hasRoutes() {
        return this == ALL || this == ROUTES;
    }

    boolean has(Endpoint endpoint) {
        return switch (this) {
            case ALL, MANAGEMENT -> true;
            case ROUTES -> false;
            case METRICS -> endpoint == Endpoint.METRICS;
        };
    }
}
