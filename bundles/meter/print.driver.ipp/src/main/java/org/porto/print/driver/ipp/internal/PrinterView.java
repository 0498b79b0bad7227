// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import com.hp.jipp.encoding.AttributeGroup;
import com.hp.jipp.encoding.IppPacket;
import com.hp.jipp.encoding.KeywordOrName;
import com.hp.jipp.encoding.Tag;
import com.hp.jipp.model.MediaColDatabase;
import com.hp.jipp.model.PrinterState;
import com.hp.jipp.model.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.porto.print.spi.Medium;
import org.porto.print.spi.StateReason;
import org.porto.print.spi.TraySource.Tray;

/** What a printer said about itself. */
record PrinterView(List<String> reasons, List<String> formats, List<Tray> trays) {

    /** IPP counts hundredths of a millimetre. */
    private static final int MICROMETRES = 10;

    static final com.hp.jipp.encoding.AttributeType<?>[] ASKED = {
        Types.printerState,
        Types.printerStateReasons,
        Types.printerIsAcceptingJobs,
        Types.documentFormatSupported,
        Types.mediaColReady,
        Types.mediaReady
    };

    static PrinterView of(IppPacket answer) {
        AttributeGroup printer = answer.get(Tag.printerAttributes);
        if (printer == null) {
            return new PrinterView(List.of("other-error"), List.of(), List.of());
        }
        List<String> reasons = new ArrayList<>(printer.getStrings(Types.printerStateReasons));
        reasons.removeIf("none"::equals);
        if (Boolean.FALSE.equals(printer.getValue(Types.printerIsAcceptingJobs))) {
            reasons.add("hold-new-jobs-error");
        }
        boolean told = reasons.stream().map(StateReason::parse).anyMatch(StateReason::stops);
        if (PrinterState.stopped.equals(printer.getValue(Types.printerState)) && !told) {
            reasons.add("other-error");
        }
        return new PrinterView(List.copyOf(reasons), printer.getStrings(Types.documentFormatSupported), trays(printer));
    }

    private static List<Tray> trays(AttributeGroup printer) {
        List<Tray> trays = new ArrayList<>();
        List<MediaColDatabase> ready = printer.getValues(Types.mediaColReady);
        List<String> names = printer.getStrings(Types.mediaReady);
        for (int i = 0; i < ready.size(); i++) {
            MediaColDatabase col = ready.get(i);
            KeywordOrName source = col.getMediaSource();
            Optional<Medium> medium = medium(col, i < names.size() ? names.get(i) : "");
            trays.add(new Tray(source == null ? "tray-" + (i + 1) : source.asString(), medium, false));
        }
        return List.copyOf(trays);
    }

    private static Optional<Medium> medium(MediaColDatabase col, String name) {
        if (col.getMediaSize() == null || col.getMediaSize().getXDimension() == null || col.getMediaSize().getYDimension() == null) {
            return Optional.empty();
        }
        int x = col.getMediaSize().getXDimension().getStart() * MICROMETRES;
        int y = col.getMediaSize().getYDimension().getStart() * MICROMETRES;
        return x < 1 || y < 1 ? Optional.empty() : Optional.of(new Medium(name, x, y));
    }

    /** The tray of a name, or the first one. */
    Optional<Tray> tray(String name) {
        return trays.stream().filter(t -> name.isEmpty() || t.name().equals(name)).findFirst();
    }

    boolean stopped() {
        return reasons.stream().map(StateReason::parse).anyMatch(StateReason::stops);
    }

    /** Of what is wrong, all is of the medium. */
    boolean mediumFailed() {
        return stopped()
                && reasons.stream()
                        .map(StateReason::parse)
                        .filter(StateReason::stops)
                        .allMatch(r -> r.fault() == StateReason.Fault.MEDIUM);
    }
}
