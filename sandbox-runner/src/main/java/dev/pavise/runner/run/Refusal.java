package dev.pavise.runner.run;

/** Why nothing ran: a stable code, and a reason that names the thing and the way out. */
public record Refusal(RefusalCode code, String reason) {}
