import { IsString } from 'class-validator';
import { ConfigSection } from '../config/config-section.js';

@ConfigSection('documents')
export class DocumentsConfig {
  /** A TrueType font with Chinese letters for documents as PDF. Where the file is not there, there are none. */
  @IsString()
  font: string = 'node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf';
}
