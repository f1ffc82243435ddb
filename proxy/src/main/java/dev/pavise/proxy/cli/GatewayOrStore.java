package dev.pavise.proxy.cli;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gateway that should run here, and where nothing listens at its address, as after a crash, the store. The store's lock decides:
 * while a gateway holds it, it cannot be opened.
 */
final class GatewayOrStore implements AuthDoor {
    private final RunningGateway gateway;
    private final Function<String, AuthDoor> store;
    private @Nullable AuthDoor settled;

    /** @param store is told why the gateway does not answer */
    GatewayOrStore(RunningGateway gateway, Function<String, AuthDoor> store) {
        this.gateway = gateway;
        this.store = store;
    }

    @Override
    public AuthAnswer ask(AuthRequest request) {
        AuthDoor known = settled;
        if (known != null) {
            return known.ask(request);
        }
        try {
            AuthAnswer answer = gateway.send(request);
            settled = gateway;
            return answer;
        } catch (RunningGateway.Unreached nobody) {
            AuthDoor other = store.apply(String.valueOf(nobody.getMessage()));
            settled = other;
            return other.ask(request);
        }
    }

    @Override
    public void close() {
        if (settled != null) {
            settled.close();
        }
    }
}
