// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.zpl.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The printer's answer to {@code ~HS} (ZPL II Programming Guide, "Host Status Return"): three lines between STX and ETX. */
record HostStatus(
        boolean paperOut,
        boolean paused,
        int formatsWaiting,
        boolean bufferFull,
        boolean partialFormat,
        boolean memoryCorrupt,
        boolean tooCold,
        boolean tooHot,
        boolean headUp,
        boolean ribbonOut,
        boolean labelWaiting,
        long labelsLeft) {

    private static final int STX = 2;
    private static final int ETX = 3;
    private static final int LINES = 3;
    private static final int LINE_BYTES_MAX = 256;

    static HostStatus read(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < LINES) {
            lines.add(line(in));
        }
        return parse(lines);
    }

    private static String line(InputStream in) throws IOException {
        int skipped = 0;
        int b = in.read();
        while (b != STX) {
            if (b < 0 || ++skipped > LINE_BYTES_MAX) {
                throw new IOException("no answer to ~HS");
            }
            b = in.read();
        }
        StringBuilder line = new StringBuilder();
        for (b = in.read(); b != ETX; b = in.read()) {
            if (b < 0 || line.length() > LINE_BYTES_MAX) {
                throw new IOException("answer to ~HS is cut");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    static HostStatus parse(List<String> lines) throws IOException {
        String[] one = lines.get(0).split(",");
        String[] two = lines.get(1).split(",");
        if (one.length < 12 || two.length < 9) {
            throw new IOException("answer to ~HS has " + one.length + " and " + two.length + " fields");
        }
        try {
            return new HostStatus(
                    flag(one[1]),
                    flag(one[2]),
                    Integer.parseInt(one[4].strip()),
                    flag(one[5]),
                    flag(one[7]),
                    flag(one[9]),
                    flag(one[10]),
                    flag(one[11]),
                    flag(two[2]),
                    flag(two[3]),
                    flag(two[7]),
                    Long.parseLong(two[8].strip()));
        } catch (NumberFormatException e) {
            throw new IOException("answer to ~HS is malformed", e);
        }
    }

    private static boolean flag(String field) {
        return !field.strip().equals("0");
    }

    /** Nothing is in the printer that it has not printed. */
    boolean idle() {
        return formatsWaiting == 0 && labelsLeft == 0 && !partialFormat;
    }

    /** As IPP printer-state-reasons. */
    List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        add(reasons, paperOut, "media-empty-error");
        add(reasons, ribbonOut, "marker-supply-empty-error");
        add(reasons, headUp, "cover-open-error");
        add(reasons, paused, "paused");
        add(reasons, memoryCorrupt || bufferFull, "other-error");
        add(reasons, tooHot, "fuser-over-temp-error");
        add(reasons, tooCold, "fuser-under-temp-warning");
        add(reasons, labelWaiting, "output-area-full-report");
        return reasons;
    }

    /** The medium is at fault, and nothing else. */
    boolean mediumFailed() {
        return (paperOut || ribbonOut) && !headUp && !memoryCorrupt;
    }

    boolean failed() {
        return paperOut || ribbonOut || headUp || paused || memoryCorrupt || bufferFull || tooHot;
    }

    private static void add(List<String> reasons, boolean is, String reason) {
        if (is) {
            reasons.add(reason);
        }
    }
}
