// SPDX-License-Identifier: Apache-2.0
package org.porto.print.jobs.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Print jobs", description = "Remembers which jobs a printer was given")
@interface JobMemoryConfig {

    @AttributeDefinition(description = "Absolute folder of print-jobs.journal; made when missing")
    String directory();
}
