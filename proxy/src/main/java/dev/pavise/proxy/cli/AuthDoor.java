package dev.pavise.proxy.cli;

/** Who answers {@code auth} commands: the running gateway, or where none runs the store itself. */
sealed interface AuthDoor extends AutoCloseable permits GatewayOrStore, RunningGateway, StoreAtHand {
    /** Carries a request out. A refusal is an answer; what prevents an answer is a {@link CommandFailure}. */
    AuthAnswer ask(AuthRequest request);

    @Override
    void close();
}
