// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.Set;

/**
 * One keyword of IPP printer-state-reasons (RFC 8011 section 5.4.12, PWG 5100.9), taken apart. Without a suffix it is an error, as the
 * standard has it; {@code paused}, {@code stopped-partly} and the like have none.
 *
 * @param keyword without its suffix, for example {@code media-empty}
 */
public record StateReason(String keyword, Severity severity) {

    public enum Severity {
        REPORT,
        WARNING,
        ERROR
    }

    /** What has to be done something about. */
    public enum Fault {
        /** Off, open, paused, broken. */
        DEVICE,
        /** Paper, label, ink: empty or jammed. */
        MEDIUM
    }

    private static final Set<String> OF_THE_MEDIUM = Set.of("media", "input", "toner", "marker", "developer", "opc");
    /** States of waiting, not of being broken. */
    private static final Set<String> HARMLESS =
            Set.of("none", "moving-to-paused", "spool-area-full", "connecting-to-device", "wait-for-operator", "hold-new-jobs");

    public static StateReason parse(String reason) {
        for (Severity severity : Severity.values()) {
            String suffix = "-" + severity.name().toLowerCase(java.util.Locale.ROOT);
            if (reason.endsWith(suffix)) {
                return new StateReason(reason.substring(0, reason.length() - suffix.length()), severity);
            }
        }
        return new StateReason(reason, HARMLESS.contains(reason) ? Severity.REPORT : Severity.ERROR);
    }

    /** Whether it keeps the printer from printing. */
    public boolean stops() {
        return severity == Severity.ERROR;
    }

    public Fault fault() {
        int dash = keyword.indexOf('-');
        return OF_THE_MEDIUM.contains(dash < 0 ? keyword : keyword.substring(0, dash)) ? Fault.MEDIUM : Fault.DEVICE;
    }

    @Override
    public String toString() {
        return keyword + "-" + severity.name().toLowerCase(java.util.Locale.ROOT);
    }
}
