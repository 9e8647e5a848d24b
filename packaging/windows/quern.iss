; The installer of Quern for Windows, for Inno Setup 6.3 or newer: for one person, without an
; administrator. It is called by packages.sh, with the version: ISCC /DVersion=0.1.0 quern.iss
;
; What belongs to the person lies in %LOCALAPPDATA%\Quern, which nothing here touches.

[Setup]
AppId={{7B0C2C64-3D5F-4B0B-9C61-6E2A3C9B6A51}
AppName=Quern
AppVersion={#Version}
AppPublisher=The Quern authors
VersionInfoVersion={#Version}
PrivilegesRequired=lowest
DefaultDirName={localappdata}\Programs\Quern
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes
WizardStyle=modern
SetupIconFile=..\..\build\bundle\quern\quern.ico
UninstallDisplayIcon={app}\quern.exe
LicenseFile=..\..\LICENSE
Compression=lzma2/max
SolidCompression=yes
OutputDir=..\..\dist
OutputBaseFilename=quern-{#Version}-windows-setup

[Tasks]
Name: "association"; Description: "Open .gguf files with Quern"
Name: "desktopicon"; Description: "Put an icon onto the desktop"; Flags: unchecked
Name: "command"; Description: "Make quern a command of the terminal"; Flags: unchecked

[InstallDelete]
; Files that an older version had and this one has not.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\quern\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{userprograms}\Quern"; Filename: "{app}\quern.exe"
Name: "{userdesktop}\Quern"; Filename: "{app}\quern.exe"; Tasks: desktopicon

[Registry]
; Removed in the opposite order, so that no empty key is left.
Root: HKCU; Subkey: "Software\Classes\.gguf"; Flags: uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\Quern.gguf"; ValueType: string; ValueData: "Language model"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\Quern.gguf\DefaultIcon"; ValueType: string; ValueData: "{app}\quern.exe,0"
Root: HKCU; Subkey: "Software\Classes\Quern.gguf\shell\open\command"; ValueType: string; ValueData: """{app}\quern.exe"" ""%1"""
Root: HKCU; Subkey: "Software\Classes\.gguf\OpenWithProgids"; ValueType: string; ValueName: "Quern.gguf"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\.gguf"; ValueType: string; ValueData: "Quern.gguf"; Flags: uninsdeletevalue; Tasks: association
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: command; Check: IsMissingFromPath

[Run]
Filename: "{app}\quern.exe"; Description: "Start Quern"; Flags: nowait postinstall skipifsilent

[Code]
function FoldersOfPath: String;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Result) then
    Result := '';
  Result := ';' + Result + ';';
end;

function OwnFolder: String;
begin
  Result := ';' + ExpandConstant('{app}') + ';';
end;

function IsMissingFromPath: Boolean;
begin
  Result := Pos(Lowercase(OwnFolder), Lowercase(FoldersOfPath)) = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Folders: String;
begin
  Folders := FoldersOfPath;
  if (Step = usUninstall) and (StringChangeEx(Folders, OwnFolder, ';', True) > 0) then
    RegWriteExpandStringValue(
      HKEY_CURRENT_USER, 'Environment', 'Path', Copy(Folders, 2, Length(Folders) - 2));
end;
