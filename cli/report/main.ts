#!/usr/bin/env node
import { Command } from "commander";
import { reportCommand } from "./report-command";

void new Command("alicloud-lifecycle").addCommand(reportCommand()).parseAsync();
